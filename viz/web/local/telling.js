// How far the story is, and what was voted: viz/room/story.py for the one who sits at the page.

/** @import { Scene, Story } from "../types.js" */

/** What can be asked of a scene, and in which phases. @type {Record<string, Story["phase"][]>} */
const ASKED_FROM = { vote: ["question"], run: ["question", "vote", "run"] };

export class Telling {
  scene = -1;
  /** @type {Story["phase"]} */
  asked = "question";
  /** @type {{ choice: number, guess: number | null } | null} */
  vote = null;

  /**
   * @param {Scene[]} scenes
   * @param {number} weeks that a question looks ahead
   */
  constructor(scenes, weeks) {
    this.scenes = scenes;
    this.weeks = weeks;
  }

  /** Open a scene; one out of range ends the story. @param {unknown} scene */
  go(scene) {
    this.scene = typeof scene === "number" && this.scenes[scene] ? scene : -1;
    this.asked = "question";
    this.vote = null;
  }

  /** Open the vote, or close it to run what was voted on; says whether that could be. @param {unknown} phase */
  ask(phase) {
    if (this.scene < 0 || !ASKED_FROM[String(phase)]?.includes(this.asked)) return false;
    this.asked = phase === "vote" ? "vote" : "run";
    return true;
  }

  /** The phase after so many weeks. @param {number} week */
  phase(week) {
    return this.asked === "run" && week >= this.weeks ? "outcome" : this.asked;
  }

  /**
   * Take a vote, the last one counting; says whether it was valid.
   *
   * @param {unknown} choice
   * @param {unknown} guess
   */
  take(choice, guess) {
    if (this.scene < 0 || this.asked !== "vote") return false;
    if (typeof choice !== "number" || this.scenes[this.scene].options[choice] === undefined) return false;
    const number = typeof guess === "number" && guess >= 0 && guess <= 100 ? guess : null;
    this.vote = { choice, guess: number };
    return true;
  }

  /** @param {number} week @returns {Story} */
  summary(week) {
    const options = this.asked === "run" ? this.scenes[this.scene].options : [];
    const guess = this.asked === "run" ? this.vote?.guess ?? null : null;
    return {
      scene: this.scene, phase: this.phase(week), weeks: this.weeks, voters: this.vote ? 1 : 0,
      counts: options.map((_, at) => Number(this.vote?.choice === at)), guesses: guess === null ? [] : [guess],
    };
  }
}

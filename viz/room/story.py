"""The workshop: six scenes, each with a question, a vote and a guess, and then the run.

Nothing about a person is kept: a vote is a choice and a number under a random name that the browser forgets.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal

from samenspel.model.declared.calendar import WEEKS
from samenspel.model.words import Message
from samenspel.viz.texts import both

Phase = Literal["question", "vote", "run", "outcome"]
FROM: dict[str, tuple[Phase, ...]] = {"vote": ("question",), "run": ("question", "vote", "run")}
"""What the host can ask of a scene, and in which phases; the outcome comes by itself, when the weeks are lived."""
WEEKS_ASKED = 5 * WEEKS
"""How long every scene's question looks ahead: "after five years"."""
MOST_VOTERS = 500
LONGEST_NAME = 40


@dataclass(frozen=True)
class Scene:
    """One scene: what is run, what is asked, and the indicator whose value people guess."""

    title: Message
    text: Message
    question: Message
    options: tuple[Message, ...]
    courses: tuple[str, ...]
    indicator: str
    guess: Message


_SHARE = Message("Your guess: what percentage is adequately supervised after five years?")
_SHARE_B = Message("Your guess for B: what percentage is adequately supervised after five years?")
_BARRIER = Message("Your guess for B: how high is the status barrier after five years, from 0 to 100?")
_UP_DOWN = (
    Message("It gets better"),
    Message("It stays the same"),
    Message("It gets worse"),
)

SCENES: tuple[Scene, ...] = (
    Scene(
        Message("As it is now"),
        Message(
            "Eight boards, fifteen training clusters, about 180 students. Every dot is a student; "
            "every ring shows how much is asked of the mentors at a school."
        ),
        Message("What happens to supervision in five years if nobody changes anything?"),
        _UP_DOWN,
        ("baseline",),
        "supervision_adequate_share",
        _SHARE,
    ),
    Scene(
        Message("Growing within the boards"),
        Message("Four boards each open one more cluster, within the covenant. A gets no more clusters, B does."),
        Message("What does this growth do to supervision?"),
        _UP_DOWN,
        ("baseline", "growth-clusters"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Message("New boards"),
        Message(
            "Four new boards are invited. Those that join start with mentors who have had little "
            "training. A grows within the boards, B with new boards."
        ),
        Message("Where is supervision best after five years?"),
        (Message("With A"), Message("No difference"), Message("With B")),
        ("growth-clusters", "growth-boards"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Message("Mbo joins, side by side"),
        Message(
            "Every cluster takes up to four mbo students. They meet on the same day, but in groups "
            "of their own. A is without mbo, B with."
        ),
        Message("Will hbo students notice it in their supervision?"),
        (Message("Yes, clearly"), Message("A little"), Message("No")),
        ("baseline", "growth-mbo~mbo_mix:parallel"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Message("Mbo joins, mixed"),
        Message(
            "Now mbo and hbo students sit in the same groups. That asks coordination of trainers, "
            "and students meet. A is side by side, B is mixed."
        ),
        Message("Does the status barrier between mbo and hbo fall when they meet?"),
        (Message("Yes"), Message("It makes no difference"), Message("It rises")),
        ("growth-mbo~mbo_mix:parallel", "growth-mbo"),
        "status_barrier",
        _BARRIER,
    ),
    Scene(
        Message("Twice as many students"),
        Message(
            "Twice as many students per cluster, with the same schools, which take whoever comes. In "
            "A mentors keep two hours a week; in B they get three."
        ),
        Message("Is one more hour per mentor enough to supervise 80 percent adequately?"),
        (Message("More than enough"), Message("Just"), Message("Not nearly")),
        (
            "baseline~students_per_cluster:24~demand_follows_places:true~site_capacity:soft",
            "baseline~students_per_cluster:24~demand_follows_places:true~site_capacity:soft~mentor_hours:3.0",
        ),
        "supervision_adequate_share",
        _SHARE_B,
    ),
)


@dataclass
class Story:
    """How far the workshop is, and what was voted; scene -1 means that no story is told.

    `asked` is what the host asked last; which phase the room is in follows from that and from the week.
    """

    scene: int = -1
    asked: Phase = "question"
    weeks: int = WEEKS_ASKED
    votes: dict[str, tuple[int, float | None]] = field(default_factory=dict)

    def go(self, scene: int) -> None:
        """Open a scene with an empty ballot box; one out of range ends the story."""
        self.scene = scene if 0 <= scene < len(SCENES) else -1
        self.asked = "question"
        self.votes = {}

    def ask(self, phase: object) -> bool:
        """Open the vote, or close it to run what was voted on; says whether that could be."""
        if self.scene < 0 or not isinstance(phase, str) or self.asked not in FROM.get(phase, ()):
            return False
        self.asked = "vote" if phase == "vote" else "run"
        return True

    def phase(self, week: int) -> Phase:
        """The phase after so many weeks of the life that is shown: the outcome is there once its weeks are lived."""
        return "outcome" if self.asked == "run" and week >= self.weeks else self.asked

    def vote(self, voter: object, choice: object, guess: object) -> bool:
        """Take a vote, the last of each voter counting; says whether it was valid."""
        if self.scene < 0 or self.asked != "vote" or not isinstance(voter, str) or not 0 < len(voter) <= LONGEST_NAME:
            return False
        if voter not in self.votes and len(self.votes) >= MOST_VOTERS:
            return False
        if type(choice) is not int or not 0 <= choice < len(SCENES[self.scene].options):
            return False
        number = guess if isinstance(guess, int | float) and not isinstance(guess, bool) else math.nan
        self.votes[voter] = choice, float(number) if 0 <= number <= 100 else None
        return True

    def summary(self, week: int) -> dict[str, Any]:
        """How many voted and, once the vote is closed, counts and guesses, without voters.

        Guesses are sorted, so that their order tells nothing.
        """
        closed = self.asked == "run"
        votes = [*self.votes.values()] if closed else []
        counts = Counter(choice for choice, _ in votes)
        options = len(SCENES[self.scene].options) if closed else 0
        return {
            "scene": self.scene,
            "phase": self.phase(week),
            "weeks": self.weeks,
            "voters": len(self.votes),
            "counts": [counts[choice] for choice in range(options)],
            "guesses": sorted(guess for _, guess in votes if guess is not None),
        }


def as_texts() -> list[dict[str, Any]]:
    """All scenes for the browser, in both languages."""
    return [
        {
            "title": both(scene.title),
            "text": both(scene.text),
            "question": both(scene.question),
            "options": [both(option) for option in scene.options],
            "indicator": scene.indicator,
            "guess": both(scene.guess),
            "courses": list(scene.courses),
        }
        for scene in SCENES
    ]

"""The workshop: six scenes, each with a question, a vote and a guess, and then the run.

Nothing about a person is kept: a vote is a choice and a number under a random name that the browser forgets.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from model.calendar import WEEKS

Phase = Literal["question", "vote", "run", "outcome"]
FROM: dict[str, tuple[Phase, ...]] = {"vote": ("question",), "run": ("question", "vote", "run")}
"""What the host can ask of a scene, and in which phases; the outcome comes by itself, when the weeks are lived."""
WEEKS_ASKED = 5 * WEEKS
"""How long every scene's question looks ahead: "after five years"."""
MOST_VOTERS = 500
LONGEST_NAME = 40


class Both(NamedTuple):
    """A text in both languages."""

    nl: str
    en: str


@dataclass(frozen=True)
class Scene:
    """One scene: what is run, what is asked, and the indicator whose value people guess."""

    title: Both
    text: Both
    question: Both
    options: tuple[Both, ...]
    courses: tuple[str, ...]
    indicator: str
    guess: Both


_SHARE = Both(
    "Uw schatting: hoeveel procent wordt na vijf jaar toereikend begeleid?",
    "Your guess: what percentage is adequately supervised after five years?",
)
_SHARE_B = Both(
    "Uw schatting voor B: hoeveel procent wordt na vijf jaar toereikend begeleid?",
    "Your guess for B: what percentage is adequately supervised after five years?",
)
_BARRIER = Both(
    "Uw schatting voor B: hoe hoog is de statusdrempel na vijf jaar, van 0 tot 100?",
    "Your guess for B: how high is the status barrier after five years, from 0 to 100?",
)
_UP_DOWN = (
    Both("Die wordt beter", "It gets better"),
    Both("Die blijft gelijk", "It stays the same"),
    Both("Die wordt minder", "It gets worse"),
)

SCENES: tuple[Scene, ...] = (
    Scene(
        Both("Zoals het nu is", "As it is now"),
        Both(
            "Acht besturen, vijftien opleidingsclusters, ongeveer 180 studenten. Elke stip is een student; elke ring "
            "laat zien hoeveel er van de mentoren op een school gevraagd wordt.",
            "Eight boards, fifteen training clusters, about 180 students. Every dot is a student; every ring shows how "
            "much is asked of the mentors at a school.",
        ),
        Both(
            "Wat gebeurt er in vijf jaar met de begeleiding als niemand iets verandert?",
            "What happens to supervision in five years if nobody changes anything?",
        ),
        _UP_DOWN,
        ("baseline",),
        "supervision_adequate_share",
        _SHARE,
    ),
    Scene(
        Both("Groeien binnen de besturen", "Growing within the boards"),
        Both(
            "Vier besturen openen elk een extra cluster, binnen het convenant. A krijgt er geen clusters bij, B wel.",
            "Four boards each open one more cluster, within the covenant. A gets no more clusters, B does.",
        ),
        Both("Wat doet die groei met de begeleiding?", "What does this growth do to supervision?"),
        _UP_DOWN,
        ("baseline", "growth-clusters"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Both("Nieuwe besturen", "New boards"),
        Both(
            "Vier nieuwe besturen worden uitgenodigd. Wie toetreedt, begint met mentoren die nog weinig geschoold "
            "zijn. A groeit binnen de besturen, B met nieuwe besturen.",
            "Four new boards are invited. Those that join start with mentors who have had little training. A grows "
            "within the boards, B with new boards.",
        ),
        Both(
            "Waar is de begeleiding na vijf jaar het beste?",
            "Where is supervision best after five years?",
        ),
        (Both("Bij A", "With A"), Both("Het scheelt niets", "No difference"), Both("Bij B", "With B")),
        ("growth-clusters", "growth-boards"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Both("Mbo erbij, naast elkaar", "Mbo joins, side by side"),
        Both(
            "Elk cluster neemt tot vier mbo-studenten op. Ze komen op dezelfde dag bijeen, maar in eigen groepen. "
            "A is zonder mbo, B met.",
            "Every cluster takes up to four mbo students. They meet on the same day, but in groups of their own. A is "
            "without mbo, B with.",
        ),
        Both(
            "Merken de hbo-studenten het aan hun begeleiding?",
            "Will hbo students notice it in their supervision?",
        ),
        (Both("Ja, duidelijk", "Yes, clearly"), Both("Een beetje", "A little"), Both("Nee", "No")),
        ("baseline", "growth-mbo~mbo_mix:parallel"),
        "supervision_adequate_share",
        _SHARE_B,
    ),
    Scene(
        Both("Mbo erbij, gemengd", "Mbo joins, mixed"),
        Both(
            "Nu zitten mbo- en hbo-studenten in dezelfde groepen. Dat vraagt afstemming van de opleiders en ontmoeting "
            "van de studenten. A is naast elkaar, B is gemengd.",
            "Now mbo and hbo students sit in the same groups. That asks coordination of trainers, and students meet. "
            "A is side by side, B is mixed.",
        ),
        Both(
            "Wordt de statusdrempel tussen mbo en hbo lager als ze elkaar ontmoeten?",
            "Does the status barrier between mbo and hbo fall when they meet?",
        ),
        (Both("Ja", "Yes"), Both("Dat maakt niet uit", "It makes no difference"), Both("Die wordt hoger", "It rises")),
        ("growth-mbo~mbo_mix:parallel", "growth-mbo"),
        "status_barrier",
        _BARRIER,
    ),
    Scene(
        Both("Twee keer zoveel studenten", "Twice as many students"),
        Both(
            "Twee keer zoveel studenten per cluster, met dezelfde scholen, die iedereen opnemen. In A houden mentoren "
            "twee uur per week; in B krijgen ze er drie.",
            "Twice as many students per cluster, with the same schools, which take whoever comes. In A mentors keep "
            "two hours a week; in B they get three.",
        ),
        Both(
            "Is een extra uur per mentor genoeg om 80 procent toereikend te begeleiden?",
            "Is one more hour per mentor enough to supervise 80 percent adequately?",
        ),
        (Both("Ruim genoeg", "More than enough"), Both("Net", "Just"), Both("Lang niet", "Not nearly")),
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
            "title": scene.title._asdict(),
            "text": scene.text._asdict(),
            "question": scene.question._asdict(),
            "options": [option._asdict() for option in scene.options],
            "indicator": scene.indicator,
            "guess": scene.guess._asdict(),
            "courses": list(scene.courses),
        }
        for scene in SCENES
    ]

"""A session: what one workshop looks at, with a thread that lives the weeks; browsers only look on.

The model is read under the session's lock only. What browsers get are finished bytes and plain dictionaries; each
browser has a thread that hands over the newest and drops what came too late, so a slow phone holds nobody up.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.declaration import Value
from samenspel.viz.room.at_exit import close_at_exit
from samenspel.viz.room.audience import Audience
from samenspel.viz.room.cards import Facts, facts_of
from samenspel.viz.room.course import MOST_WEEKS, Catalog, Course, chosen
from samenspel.viz.room.ensemble import PATIENCE, Bands, Ensemble, Question
from samenspel.viz.room.failure import failure
from samenspel.viz.room.lane import Lane, indicators_of, live_a_week, newest
from samenspel.viz.room.levers import lever_value
from samenspel.viz.room.questions import Answer, Questions
from samenspel.viz.room.story import SCENES, WEEKS_ASKED, Story
from samenspel.viz.room.visitor import Crowd
from samenspel.viz.room.watcher import News, Watcher
from samenspel.viz.room.worlds import LUCK, OVER, Over, told_in_address

RATES = (1, 2, 4, 8, 16)
FIRST_HORIZON = WEEKS_ASKED
RECOUNT = 2.0  # seconds


class Session:
    """One workshop: one or two lanes in lockstep on the same luck, steered by the host.

    Parameters
    ----------
    catalog : Catalog
        The scenarios that may be shown.
    courses : sequence of Course
        What lane A shows, and lane B if there are two.
    seed : int
        The luck of both.
    """

    def __init__(self, catalog: Catalog, courses: Sequence[Course], seed: int = 1) -> None:
        self.catalog = catalog
        self.seed = seed
        self.lanes: list[Lane] = []
        self.horizon = FIRST_HORIZON
        self.over = LUCK
        self.playing = False
        self.rate = 4
        self.story = Story(weeks=FIRST_HORIZON)
        self.error: dict[str, str] | None = None
        self.used = time.monotonic()
        self._audience = Audience()
        self._untouched = True
        self._crowd = Crowd()
        self._counted = 0
        self._bands = b""
        self._lock = threading.RLock()
        self._wake = threading.Event()
        self._closed = False
        self._ensemble = Ensemble(catalog, self._take_bands)
        self.questions = Questions(self._question_failed)
        self._set(tuple(courses))
        self._thread = threading.Thread(target=self._live, name="weeks", daemon=True)
        self._thread.start()
        close_at_exit(self)

    # --- looking on ---

    def watch(self, deliver: Callable[[News], None], here: Callable[[], bool] = lambda: True) -> Watcher:
        """Let a browser look on while it is `here`; it gets everything at once, so a late joiner misses nothing."""
        watcher = Watcher(deliver, here)
        with self._lock:
            self._audience.join(watcher)
            watcher.offer(self._everything())
            self._tell_state()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """A browser is gone."""
        watcher.close()
        with self._lock:
            self._audience.leave(watcher)
            self._tell_state()

    @property
    def watched(self) -> int:
        """How many browsers look on."""
        return len(self._audience)

    @property
    def led(self) -> bool:
        """Whether somebody leads from a page that is there."""
        return self._audience.led

    def leads(self, watcher: Watcher, *, take_over: bool = False) -> bool:
        """Whether this page leads: as long as nobody else does, or when it takes over."""
        with self._lock:
            return self._audience.leads(watcher, take_over=take_over)

    @property
    def week(self) -> int:
        """Weeks lived."""
        return int(self.lanes[0].partnership.week)

    # --- what the host does ---

    def play(self) -> None:
        """Go on; at the end of what is shown, for five more years."""
        with self._lock:
            over = self.week >= self.horizon
            if self.error or (over and self.horizon >= MOST_WEEKS):
                return
            if over:
                self.horizon += FIRST_HORIZON
                self._ask_bands()
            self.playing = True
            self._tell_state()
        self._wake.set()

    def pause(self) -> None:
        """Stand still."""
        with self._lock:
            self.playing = False
            self._tell_state()

    def step(self) -> None:
        """One week."""
        with self._lock:
            self.playing = False
            self._advance(1)

    def jump(self) -> None:
        """On to the end of this school year, or of the next one when it is over."""
        with self._lock:
            self._advance(WEEKS - self.week % WEEKS)

    def reset(self) -> None:
        """Back to week 0 with the courses as they were at their start."""
        with self._lock:
            self._set(tuple(course.again() for course in self.courses))

    def set_rate(self, rate: object) -> None:
        """Weeks a second."""
        with self._lock:
            if type(rate) is int and rate in RATES:
                self.rate = rate
            self._tell_state()
        self._wake.set()

    def choose(self, lane: object, text: object) -> None:
        """Another course in a lane, from the start; an empty one takes lane B away. Raises `InputFaults`."""
        with self._lock:
            self._set(chosen(self.courses, lane, text, self.catalog))

    def change(self, lane: object, name: object, value: object) -> None:
        """Another value: before week 1 from the start, later from next week on. Raises `InputFaults`."""
        self._turn(lane, dict([lever_value(name, value)]))

    def turn_back(self, lane: object, name: object) -> None:
        """A parameter as the scenario has it, or without a name all of them. Raises `InputFaults`."""
        with self._lock:
            self._turn(lane, self.lanes[self._at(lane)].as_given(name))

    def reseed(self, seed: object) -> None:
        """The same courses with other luck."""
        with self._lock:
            if type(seed) is int and 0 <= seed < 2**31:
                self.seed = seed
                self.reset()

    def band(self, over: object) -> None:
        """What the bands are over: luck alone, or plausible worlds too."""
        with self._lock:
            self.over, self._bands = next((one for one in OVER if one == over), self.over), b""
            self._ask_bands()
            self._audience.tell({"bands": self._bands, "state": self.state()})

    def scene(self, number: object) -> None:
        """Open a scene of the story, or end the story."""
        with self._lock:
            self.story.go(number if type(number) is int else -1)
            if self.story.scene >= 0:
                self._set(tuple(Course.read(text, self.catalog) for text in SCENES[self.story.scene].courses))
            else:
                self._tell_state()

    def phase(self, phase: object) -> None:
        """Open the vote, or run what was voted on."""
        with self._lock:
            if self.story.ask(phase) and phase == "run" and self.week < self.story.weeks:
                self.play()
            self._tell_state()

    def pinch(self, answer: Answer) -> None:
        """What holds supervision back most in every lane as it stands; weeks go on meanwhile."""
        with self._lock:
            present = [lane.partnership.copy() for lane in self.lanes]
        self.questions.pinch(present, answer)

    def growth(self, answer: Answer) -> None:
        """How far every lane can grow with the values that it has now. Raises `InputFaults` where one cannot grow."""
        with self._lock:
            scenarios = [lane.partnership.scenario for lane in self.lanes]
        self.questions.growth(scenarios, self.seed, answer)

    def touch(self) -> None:
        """The host steers: from now on who comes joins the room as it is."""
        self._untouched = False

    def restore(self, courses: Sequence[Course], seed: int, week: int, over: Over = LUCK) -> None:
        """Bring back the scene that an address tells, unless somebody leads or has led here."""
        with self._lock:
            if self.led or not self._untouched:
                return
            self.touch()
            self.seed, self.over = seed, over
            self._set(tuple(courses), min(week, MOST_WEEKS))

    # --- what everybody may do ---

    def vote(self, voter: object, choice: object, guess: object, address: str = "") -> bool:
        """A vote; says whether it counted. New voters of one address are let in at a pace."""
        with self._lock:
            voting = self.story.phase(self.week) == "vote"
            if voting and voter not in self.story.votes and not self._crowd.admits(address):
                return False
            if counted := self.story.vote(voter, choice, guess):
                self._tell_state()
            return counted

    def card(self, lane: object, kind: object, which: object) -> Facts | None:
        """The facts of a student, site or cluster, or nothing when there is none."""
        with self._lock:
            return facts_of(self.lanes[self._at(lane)], kind, which) if type(which) is int else None

    def history(self) -> News:
        """Everything again, for a browser that missed weeks."""
        with self._lock:
            return self._everything()

    def record(self) -> Any:
        """All indicators of all weeks of every lane, a pandas DataFrame with a column `lane`."""
        with self._lock:
            return indicators_of(self.lanes)

    def film(self) -> dict[str, Any]:
        """All that a replay needs: every frame so far, the land, the bands and the state."""
        with self._lock:
            return {
                "frames": [list(lane.frames) for lane in self.lanes],
                "land": [lane.land() for lane in self.lanes],
                "bands": self._bands,
                "state": self.state(),
            }

    @property
    def courses(self) -> tuple[Course, ...]:
        """What the lanes show, changes on the way included."""
        return tuple(lane.course for lane in self.lanes)

    def address(self) -> dict[str, str]:
        """What an address needs to bring this scene back."""
        texts = dict(zip("ab", (course.text() for course in self.courses), strict=False))
        return {**texts, "seed": str(self.seed), **told_in_address(self.over), "week": str(self.week)}

    def state(self) -> dict[str, Any]:
        """Everything a browser shows besides frames."""
        return {
            "playing": self.playing,
            "rate": self.rate,
            "week": self.week,
            "horizon": self.horizon,
            "last": MOST_WEEKS,
            "seed": self.seed,
            "band": self.over,
            "lanes": [lane.about(self.horizon) for lane in self.lanes],
            "story": self.story.summary(self.week),
            "address": self.address(),
            "error": self.error,
            "watchers": self.watched,
        }

    def close(self) -> None:
        """End the threads and wait for them."""
        self._closed = True
        self.playing = False
        self._wake.set()
        self._ensemble.close()
        self.questions.close()
        self._audience.close()
        if self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)

    # --- inside ---

    def _at(self, lane: object) -> int:
        """Which lane is meant; A where there is no other."""
        return 1 if lane == 1 and len(self.lanes) > 1 else 0

    def _turn(self, lane: object, values: Mapping[str, Value]) -> None:
        with self._lock:
            at = self._at(lane)
            if self.week == 0:
                self._set(tuple(c.turned(values, self.catalog) if n == at else c for n, c in enumerate(self.courses)))
            else:
                self.lanes[at].change(values)
                self._ask_bands()
                self._tell_state()

    def _set(self, courses: tuple[Course, ...], week: int = 0) -> None:
        """Show these courses from week 0, or as they stand after so many weeks."""
        self.playing = False
        self.error = None
        self.horizon = max(FIRST_HORIZON, math.ceil(week / FIRST_HORIZON) * FIRST_HORIZON)
        self.lanes = [Lane(course, self.catalog, self.seed, week) for course in courses]
        self._bands = b""
        self._ask_bands()
        self._audience.tell(self._everything())

    def _advance(self, weeks: int) -> None:
        """Live so many weeks, as far as the horizon; a fault of the model stops the session with a card."""
        try:
            for _ in range(min(weeks, max(0, self.horizon - self.week))):
                self._audience.tell(live_a_week(self.lanes))
        except Exception as error:
            self._fail(error, self.seed)
        if self.week >= self.horizon:
            self.playing = False
        if not self.playing:
            self._tell_state()

    def _fail(self, error: Exception, seed: int) -> None:
        self.playing = False
        self.error = failure(error, self.courses, seed, self.week)
        self._tell_state()

    def _question_failed(self, error: Exception) -> None:
        with self._lock:
            self._fail(error, self.seed)

    def _live(self) -> None:
        """The thread of the weeks: one a beat while playing."""
        due = time.monotonic()
        while not self._closed:
            self._recount()
            if not self.playing:
                self._wake.wait(RECOUNT)
                self._wake.clear()
                due = time.monotonic()
                continue
            with self._lock:
                if self.playing:
                    self._advance(1)
            due = max(due + 1 / self.rate, time.monotonic() - 0.5)
            if (left := due - time.monotonic()) > 0 and self._wake.wait(left):
                self._wake.clear()
                due = min(due, time.monotonic() + 1 / self.rate)

    def _recount(self) -> None:
        """Say how many look on when devices came or went without a word."""
        if self.watched != self._counted:
            with self._lock:
                self._tell_state()

    def _ask_bands(self) -> None:
        self._asked = Question(self.courses, self.seed, self.horizon, self.over)
        self._ensemble.ask(self._asked)

    def _take_bands(self, bands: Bands) -> None:
        with self._lock:
            if bands.question != self._asked:
                return
            if bands.error is not None:
                self._fail(bands.error, bands.seed)
                return
            self._bands = bands.packed()
            self._audience.tell({"bands": self._bands})

    def _everything(self) -> News:
        return {
            "land": [lane.land() for lane in self.lanes],
            "history": b"".join(lane.series() for lane in self.lanes),
            "frame": newest(self.lanes),
            "bands": self._bands,
            "state": self.state(),
        }

    def _tell_state(self) -> None:
        state = self.state()
        self._counted = state["watchers"]
        self._audience.tell({"state": state})

"""mesa-frames: agents are rows of a Polars table, rules are expressions and joins over it."""

from __future__ import annotations

import polars as pl
from mesa_frames import AgentSetPolars, ModelDF
from part import DOMAINS, MEANS, WEEKS, Part

col = pl.col
STATES = ("cluster", "mentor", "part", "need", "days", "chance", *MEANS)


def table(columns: dict, *names: str) -> pl.DataFrame:
    """Some columns as a table of agents."""
    first = len(columns[names[0]])
    return pl.DataFrame({"unique_id": range(first), **{name: columns[name] for name in names}}).with_columns(
        col("unique_id").cast(pl.Int64)
    )


def gap_effect(x: pl.Expr) -> pl.Expr:
    """What is learned from somebody x ideal gaps ahead."""
    return pl.when(x > 0.0).then(x * (1.0 - x).exp()).otherwise(0.0)


class Students(AgentSetPolars):
    """All students; mentors and clusters are tables that they are joined with."""

    def __init__(self, model: Community, part: Part) -> None:
        super().__init__(model)
        self.part = part
        self += table(part.students, *STATES).with_columns(
            col("cluster").cast(pl.Int64), col("mentor").cast(pl.Int64), col("part").cast(pl.Int64)
        )
        self.mentors = table(part.mentors, "skill", "hours").rename({"unique_id": "mentor"})
        self.clusters = table(part.clusters, "time", "effect", "maturity").rename({"unique_id": "cluster"})

    def step(self, n: int) -> None:
        """A week, in the order of the rules."""
        p = self.part.p
        meeting = self.part.is_meeting(WEEKS[n])
        lots = {"luck": self.part.luck[n], "seat_luck": self.part.seat_luck[n]}
        week = self.agents.with_columns(**{name: pl.Series(values) for name, values in lots.items()})
        week = week.with_columns(came=(col("luck") < col("chance")) if meeting else pl.lit(False))
        week = self.supervise(week).with_columns(peer_support=col("peer_support") * (1.0 - p.peer_fade))
        if meeting:
            week = self.meet(week)
        self.agents = week.select("unique_id", *STATES)

    def supervise(self, week: pl.DataFrame) -> pl.DataFrame:
        """Steps 1 to 4."""
        p = self.part.p
        lost = pl.when(col("came")).then(p.meeting_hours / p.hours_per_day).otherwise(0.0)
        days = (col("days") - lost).clip(lower_bound=0.0)
        week = week.with_columns(asked=col("need") * days * (1.0 - p.peer_relief * col("peer_support")))
        week = week.join(self.mentors, on="mentor", how="left", maintain_order="left")
        week = week.join(self.clusters, on="cluster", how="left", maintain_order="left")
        load = col("asked").sum().over("mentor") / col("hours")
        week = week.with_columns(support=(1.0 / load.clip(lower_bound=1.0)).fill_null(0.0))
        time = col("time") / pl.len().over("cluster")
        guidance = (1.0 + p.dose_half) * col("support") / (col("support") + p.dose_half) * col("skill").fill_null(0.0)
        trainers = col("effect") * time / (time + p.trainer_half)
        s = ((1.0 - p.trainer_weight) * guidance + p.trainer_weight * trainers).clip(0.0, 1.0)
        return week.with_columns(supervision=s).with_columns(
            remembered=col("remembered") + p.memory_rate * (col("supervision") - col("remembered"))
        )

    def meet(self, week: pl.DataFrame) -> pl.DataFrame:
        """Step 5: who came is joined with the others of the subgroup."""
        p = self.part.p
        stratum = ("cluster", "part")
        n = pl.len().over(stratum)
        q = (n / p.subgroup_size + 0.5).floor().cast(pl.Int64).clip(lower_bound=1)
        came = week.filter(col("came")).sort("cluster", "part", "seat_luck")
        came = came.with_columns(group=pl.int_range(pl.len()).over(stratum) * q // n)
        seat = (*stratum, "group")
        came = came.with_columns(size=pl.len().over(seat)).filter(col("size") >= 2)
        groups = came.select("cluster", "part", "group").unique().group_by("cluster").len("groups")
        came = came.join(groups, on="cluster", how="left").with_columns(
            weight=col("maturity") * col("time") / (col("time") + p.facilitation_half * col("groups"))
            * pl.when(col("size") <= p.talk_size).then(1.0).otherwise((p.talk_size / col("size")) ** p.talk_exponent)
            / (col("size") - 1)
        )  # fmt: skip
        pairs = came.join(came.select("unique_id", *seat, *DOMAINS), on=seat, suffix="_of_other")
        pairs = pairs.filter(col("unique_id") != col("unique_id_of_other")).with_columns(
            gap_effect((col(f"{name}_of_other") - col(name)) / p.gap_best).mul(col("weight")).alias(f"k_{name}")
            for name in DOMAINS
        )
        learned = pairs.group_by("unique_id").agg(
            *(col(f"k_{name}").sum() for name in DOMAINS), help=pl.sum_horizontal(f"k_{d}" for d in DOMAINS).sum() / 3.0
        )
        told = pairs.group_by("unique_id_of_other").agg(
            col(f"k_{name}").sum().alias(f"told_{name}") for name in DOMAINS
        )
        week = week.join(learned, on="unique_id", how="left", maintain_order="left")
        week = week.join(
            told, left_on="unique_id", right_on="unique_id_of_other", how="left", maintain_order="left"
        )  # fmt: skip
        explained = p.explaining_gain * p.roles * p.peer_gain
        gains = {
            name: p.peer_gain * col(f"k_{name}") + explained * col(f"told_{name}") * (1.0 - col(name))
            for name in DOMAINS
        }
        helped = p.peer_rate * col("help") / (col("help") + p.peer_half) * (1.0 - col("peer_support"))
        return week.with_columns(
            peer_support=(col("peer_support") + helped.fill_null(0.0)).clip(0.0, 1.0),
            **{name: (col(name) + gain.fill_null(0.0)).clip(0.0, 1.0) for name, gain in gains.items()},
        )


class Community(ModelDF):
    """One step is one week."""

    def __init__(self, part: Part) -> None:
        super().__init__()
        self.students = Students(self, part)
        self.agents += self.students
        self.done = 0

    def step(self) -> None:
        """The next week."""
        self.agents.do("step", self.done)
        self.done += 1


class Model:
    """The mesa-frames model."""

    def __init__(self, part: Part) -> None:
        self.model = Community(part)

    def live(self) -> None:
        """All weeks."""
        for _ in WEEKS:
            self.model.step()

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        students = self.model.students.agents
        return {name: float(students[name].mean()) for name in MEANS}

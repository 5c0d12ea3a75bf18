"""Boards, the institute and the programme leadership (1, 3.11)."""

from __future__ import annotations

import mesa

from .agent import KeyedAgent


class Party:
    """A party that pays: what section 4.4 needs of a board and of the institute."""

    def open_accounts(self) -> None:
        self.hours_factor = 1.0
        self.stopped = False
        self.budget_rate = 0.0
        self.budget_year = 0  # no budget yet
        self.cost = self.grant = self.contribution = 0.0


class Board(KeyedAgent, Party):
    """A school board."""

    def __init__(self, model, key, number, row, partnership) -> None:
        super().__init__(model, key)
        self.open_accounts()
        self.number = number
        self.name = row.name
        self.made_of = 1  # boards (4.9)
        self.partnership = partnership
        self.denomination = row.denomination
        self.lead = row.lead
        self.max_clusters = row.max_clusters
        self.max_students = row.max_students
        self.member_at_start = row.member
        self.stage = "member" if row.member else "outside"
        self.extra_clusters = 0  # agreed within this board (4.2.1)
        self.mentors_trained = 0  # at the last turn

    @property
    def clusters(self) -> list:
        """All clusters of the board, in any partnership."""
        return [community for community in self.model.communities if community.board is self]

    @property
    def clusters_here(self) -> list:
        """The clusters that its covenant counts: those in its own partnership."""
        return [community for community in self.clusters if community.partnership == self.partnership]


class Institute(mesa.Agent, Party):
    """The hogeschool in one partnership."""

    def __init__(self, model, partnership: int) -> None:
        super().__init__(model)
        self.open_accounts()
        self.partnership = partnership
        self.hours_pool = 0.0

    @property
    def communities(self) -> list:
        return [c for c in self.model.communities if c.partnership == self.partnership]

    @property
    def hours_wanted(self) -> float:
        """Institute hours asked by all clusters of the partnership (H of 4.3.6)."""
        return sum(community.institute_trainer_hours for community in self.communities)

    @property
    def pool(self) -> float:
        """The part of the hours asked that there are trainers for (4.3.6)."""
        return min(1.0, self.hours_pool / self.hours_wanted) if self.hours_wanted > 0 else 1.0

    def hire(self) -> None:
        """4.3.6."""
        if self.stopped:
            return
        missing = max(0.0, self.hours_wanted - self.hours_pool)
        self.hours_pool += self.model.p.institute_hiring * missing


class Leadership(mesa.Agent):
    """The programme leadership of one partnership."""

    def __init__(self, model, partnership: int) -> None:
        super().__init__(model)
        self.partnership = partnership
        self.asked = 0.0
        self.backlog = 0.0

    def boards_in_talks(self, year: int) -> list:
        """Candidate boards among the first `growth_boards`, not yet members (3.11)."""
        if year < self.model.p.growth_start_year:
            return []
        return [board for board in self.model.invited_boards(self.partnership) if board.stage != "member"]

    def count_work(self, year: int) -> None:
        """Hours of work that school year `year` asks, fixed at the start and at each turn (3.11)."""
        p, model = self.model.p, self.model
        boards = [board for board in model.boards if board.partnership == self.partnership]
        communities = [c for c in model.communities if c.partnership == self.partnership]
        self.asked = (
            p.leadership_board_hours * sum(board.stage == "member" for board in boards)
            + p.leadership_cluster_hours * len(communities)
            + p.leadership_trainer_hours * 2 * len(communities)
            + p.leadership_accession_hours * len(self.boards_in_talks(year))
            + p.leadership_mbo_hours * sum(community.has_mbo for community in communities)
        )

    def do_week(self) -> None:
        """3.11: what cannot be done is left for later weeks."""
        p = self.model.p
        if not p.with_leadership:
            self.backlog = 0.0
        elif p.leadership_hours == 0:
            self.backlog = 40.0 * self.model.week_of_year
        else:
            left = 40 * (self.asked - p.leadership_hours) / 40 / p.leadership_hours
            self.backlog = max(0.0, self.backlog + left)

    @property
    def in_time(self) -> bool:
        """Not too far behind for an interim evaluation (4.1) and for growth talks (4.2); the backlog is 0 if off."""
        return self.backlog <= self.model.p.leadership_backlog_limit

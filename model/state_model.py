"""A state as Mesa sees it: a model whose agents are rows of the state's populations."""

from __future__ import annotations

import copy
from typing import Any, Self

import mesa
from numpy.typing import NDArray

from samenspel.agents.population import Population
from samenspel.model.clock import carry_on
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Draws
from samenspel.model.state import ModelState, copied, populations_of


class StateModel(mesa.Model[Any, Any]):
    """A Mesa model of which all that it is stands in `state`."""

    state: ModelState

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        twin = memo[id(self)] = type(self).__new__(type(self))
        mesa.Model.__init__(twin, rng=int(self.state.draws.seed))
        ours = vars(self).keys() - vars(twin).keys()  # all that Mesa does not keep for itself
        twin.state = copied(self.state, memo)
        vars(twin).update({name: copy.deepcopy(value, memo) for name, value in vars(self).items() if name in ours})
        carry_on(twin, self, memo)
        return twin

    # --- what rules read ---

    @property  # Mesa would write the model into the scenario; a scenario here belongs to no model
    def scenario(self) -> Any:
        """The scenario that this model runs."""
        return self.state.scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        if "state" in vars(self):  # else it is Mesa's own, while the model is made
            raise AttributeError("the scenario of a partnership cannot be set; see change")

    @property
    def p(self) -> Parameters:
        """The values of all parameters now, as in `p.mentor_hours`."""
        return self.state.p

    @property
    def settings(self) -> NDArray[Any]:
        """The same as one record, shape (1,): compiled rules take `settings[0]`."""
        return self.state.settings

    @property
    def draws(self) -> Draws:
        """The luck of this run."""
        return self.state.draws

    # --- agents, as Mesa knows them ---

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """All populations."""
        return populations_of(self.state)

    @property  # type: ignore[misc]  # Mesa's setter only says that there is none
    def agents(self) -> Any:
        """All agents, as Mesa keeps them; agents nobody asked for before are made now."""
        self._make_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """All agents by class."""
        self._make_agents()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """All classes of agents."""
        self._make_agents()
        return super().agent_types

    def _make_agents(self) -> None:
        for population in self.populations:
            for _ in population:
                pass

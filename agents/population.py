"""State is columns, agents are rows: the one mechanism behind every kind of agent.

A `Population` holds one numpy array per state. A `RowAgent` is a `mesa.Agent` that knows its row; its
attributes read and write the arrays. Agents are made when somebody asks for them, so that a run which
nobody looks into costs nothing for them, and two models in one process share nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, overload

import mesa
import numpy as np
from mesa.agentset import AgentSet
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle, Flags, Floats, Ints, follow, resize, room_for, room_in, whole


class State[Column]:
    """One state of a kind of agent: a column of its population, an attribute of its agents.

    A class of states, such as `StudentColumns`, is what rules take: there `s.engagement` is the column. The agents'
    own class is made from it: there `student.engagement` is one number.
    """

    @overload
    def __init__(self: State[Floats], dtype: type[np.float64], meaning: str) -> None: ...
    @overload
    def __init__(self: State[Flags], dtype: type[np.bool_], meaning: str) -> None: ...
    @overload
    def __init__(self: State[Ints], dtype: type[np.signedinteger[Any]], meaning: str) -> None: ...
    def __init__(self, dtype: type[np.generic], meaning: str) -> None:
        self.dtype = np.dtype(dtype)
        self.meaning = meaning
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, agent: None, owner: type) -> State[Column]: ...
    @overload
    def __get__(self, agent: RowAgent, owner: type) -> Any: ...
    @overload
    def __get__(self, agent: Bundle, owner: type) -> Column: ...
    def __get__(self, agent: RowAgent | Bundle | None, owner: type) -> Any:
        if agent is None:
            return self
        assert isinstance(agent, RowAgent)
        return agent.population.columns[self.name][agent.here].item()

    def __set__(self, agent: RowAgent, value: Any) -> None:
        agent.population.columns[self.name][agent.here] = value


class RowAgent(mesa.Agent[Any]):
    """An agent whose state is one row of a population."""

    def __init__(self, model: mesa.Model[Any, Any], population: Population[Any], row: int) -> None:
        self.population = population
        self.row: int | None = row
        self.key_then = int(population.columns["key"][row]) if "key" in population.columns else row
        super().__init__(model)

    @classmethod
    def states_class(cls) -> type[Bundle]:
        """The class of states from which this kind of agent is made."""
        return next(kind for kind in cls.__mro__ if issubclass(kind, Bundle) and not issubclass(kind, RowAgent))

    @classmethod
    def states(cls) -> dict[str, State[Any]]:
        """All states of this kind, in the order of declaration, those of parent classes first."""
        found: dict[str, State[Any]] = {}
        for parent in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(parent).items() if isinstance(value, State)}
        return found

    @classmethod
    def kind_at(cls, columns: dict[str, NDArray[Any]], row: int) -> type[RowAgent]:
        """The class of the agent at a row; families of one kind need not override this."""
        return cls

    @property
    def here(self) -> int:
        """The agent's row; an agent that has left the model has none."""
        if self.row is None:
            raise LookupError(f"this {type(self).__name__} has left the model")
        return self.row

    def remove(self) -> None:
        """Only students can be taken out by hand; the model alone replaces the others."""
        raise TypeError(f"a {type(self).__name__} cannot be removed; change its states instead")

    def __deepcopy__(self, memo: dict[int, Any]) -> RowAgent:
        """The agent at the same row of the copy of its population; who has left is in no copy, and stays who it is."""
        return self if self.row is None else copy.deepcopy(self.population, memo)[self.row]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.unique_id}{'' if self.row is not None else ', left'}>"


@cache
def dtypes_of(family: type[RowAgent]) -> Mapping[str, np.dtype[Any]]:
    """The type of every state of a family, in order."""
    return MappingProxyType({name: state.dtype for name, state in family.states().items()})


class Population[Rows: Bundle]:
    """All agents of one family; `Rows` is its class of states.

    Parameters
    ----------
    model : mesa.Model
        The model they live in.
    family : type of RowAgent
        Whose `State`s become the columns.
    """

    def __init__(self, model: mesa.Model[Any, Any], family: type[RowAgent], bundle: Rows | None = None) -> None:
        self.model = model
        self.family = family
        self._agents: dict[int, RowAgent] = {}
        self.bundle = bundle or self.rows_with_room(family, 0)

    @staticmethod
    def rows_with_room(family: type[RowAgent], count: int) -> Any:
        """A bundle of the states of a family, all 0, with room for so many agents; nobody is there yet."""
        bundle = room_for(family.states_class(), dtypes_of(family), count)  # type: ignore[arg-type]  # a class is hashable
        resize(bundle, 0)
        return bundle

    def __deepcopy__(self, memo: dict[int, Any]) -> Population[Rows]:
        """The same states in columns of its own; its agents are made when somebody asks for them."""
        model = copy.deepcopy(self.model, memo)
        if id(self) in memo:  # the model has just copied its populations
            return memo[id(self)]
        twin = memo[id(self)] = Population[Rows](model, self.family, copy.deepcopy(self.bundle, memo))
        return twin

    # --- columns ---

    @property
    def size(self) -> int:
        """How many there are."""
        return self.bundle._table.item(0, 1)

    @property
    def room(self) -> int:
        """How many there can be before columns are made anew."""
        return room_in(self.bundle)

    @property
    def columns(self) -> dict[str, NDArray[Any]]:
        """All states by name, with room for more agents than there are."""
        return whole(self.bundle)

    def make_room(self, count: int) -> None:
        """Columns with room for so many agents; of those that are there states stay what they are."""
        before, size = self.columns, self.size
        self.bundle = self.rows_with_room(self.family, count)
        for name, column in before.items():
            self.columns[name][:size] = column[:size]
        resize(self.bundle, size)

    def column(self, name: str) -> NDArray[Any]:
        """A live view of one state, shape (len(self),); writing to it changes the agents."""
        if name not in self.columns:
            raise KeyError(f"{self.family.__name__} has no state {name!r}; it has {', '.join(self.columns)}")
        return self.columns[name][: self.size]

    def rows(self) -> Rows:
        """All columns at once, as live views: what rules take."""
        return follow(self.bundle)

    def append(self, count: int) -> slice:
        """Make room for `count` more agents, all states 0; returns their rows."""
        start, needed = self.size, self.size + count
        if needed > self.room:
            self.make_room(max(needed, self.room + self.room // 2))
        for column in self.columns.values():
            column[start:needed] = 0
        resize(self.bundle, needed)
        return slice(start, needed)

    def follow(self) -> None:
        """Agents that exist go to the rows where they are now; who has no row any more leaves the model.

        An agent is whoever has its key; families without keys stay where they are.
        """
        if not self._agents or "key" not in self.columns:
            return
        row_of = {key: row for row, key in enumerate(self.column("key").tolist())}
        agents, self._agents = self._agents, {}
        for agent in agents.values():
            agent.row = row_of.get(agent.key_then)
            if agent.row is None:
                mesa.Agent.remove(agent)
            else:
                self._agents[agent.row] = agent

    # --- agents ---

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, row: int) -> RowAgent:
        """The agent at a row; always the same object."""
        row = range(self.size)[row]
        agent = self._agents.get(row)
        if agent is None:
            agent = self.family.kind_at(self.columns, row)(self.model, self, row)
            self._agents[row] = agent
        return agent

    def __iter__(self) -> Iterator[RowAgent]:
        return (self[row] for row in range(self.size))

    @property
    def agents(self) -> AgentSet[RowAgent]:
        """All of them as a Mesa AgentSet, with `select`, `groupby`, `do`, `agg`, `get`, `set` and the rest."""
        return AgentSet(list(self), random=self.model.random)

    def __getattr__(self, name: str) -> Any:
        """Whatever a Mesa AgentSet can do, a population can."""
        if name.startswith("_") or not hasattr(AgentSet, name):
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
        return getattr(self.agents, name)

"""One rule, every engine: masks on NumPy, pandas, Polars and SQLAlchemy pick what `holds` picks.

The engines are development dependencies: where one is not installed its tests are skipped, and
`tests/laws` still asks the same law of columns made of lists.
"""

import itertools

import pytest
from hypothesis import given

from revcycle.rules import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Contains,
    Equals,
    In,
    Not,
    holds,
    mask,
    simplify,
)
from revcycle.testing.rule_strategies import rules
from tests.rules.book import VOCABULARY, facts

ROWS = [
    facts(
        level=level,
        outstanding_cents=cents,
        on_hold=on_hold,
        has_appointment=cents > 0,
        appointment_days=level * 3,
        initial=initial,
        department=department,
        payers=payers,
    )
    for (level, cents, on_hold), (initial, department), payers in itertools.product(
        itertools.product(range(3), (-2, 0, 3), (False, True)),
        (("A", "a"), ("B", "o'neil"), ("", "Müller")),
        (frozenset(), frozenset({"aetna"}), frozenset({"aetna", "cigna"})),
    )
]
SCALARS = [fact.name for fact in VOCABULARY.facts if fact.name != "payers"]


def numpy_engine(_request):
    """Give (column, isin, contains, pick) for NumPy arrays."""
    np = pytest.importorskip("numpy", reason="NumPy is not installed")
    columns = {name: np.array([getattr(row, name) for row in ROWS]) for name in SCALARS}

    def contains(fact, element):
        return np.array([element in getattr(row, fact) for row in ROWS])

    return columns.__getitem__, np.isin, contains, lambda picked: picked.nonzero()[0].tolist()


def pandas_engine(_request):
    """Give the same for a pandas data frame."""
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pd.DataFrame(
        {fact.name: [getattr(row, fact.name) for row in ROWS] for fact in VOCABULARY.facts}
    )

    def contains(fact, element):
        return frame[fact].map(lambda held: element in held)

    return (
        frame.__getitem__,
        lambda column, values: column.isin(values),
        contains,
        lambda picked: frame.index[picked].tolist(),
    )


def polars_engine(_request):
    """Give the same for a lazy Polars frame."""
    pl = pytest.importorskip("polars", reason="Polars is not installed")
    frame = pl.DataFrame(
        {
            **{name: [getattr(row, name) for row in ROWS] for name in SCALARS},
            "payers": pl.Series([sorted(row.payers) for row in ROWS], dtype=pl.List(pl.String)),
        }
    ).with_row_index("number")

    def pick(picked):
        return frame.lazy().filter(picked).collect()["number"].to_list()

    return (
        pl.col,
        lambda column, values: column.is_in(values),
        lambda fact, element: pl.col(fact).list.contains(element),
        pick,
    )


def sqlalchemy_engine(request):
    """Give the same for a table in SQLite, the sets in a table of their own."""
    sa = pytest.importorskip("sqlalchemy", reason="SQLAlchemy is not installed")
    kinds = {int: sa.Integer, bool: sa.Boolean, str: sa.String}
    metadata = sa.MetaData()
    table = sa.Table(
        "account_fact",
        metadata,
        sa.Column("number", sa.Integer, primary_key=True),
        *(sa.Column(name, kinds[type(getattr(ROWS[0], name))], nullable=False) for name in SCALARS),
    )
    elements = sa.Table(
        "account_fact_value",
        metadata,
        sa.Column("number", sa.Integer),
        sa.Column("fact", sa.String),
        sa.Column("value", sa.String),
    )
    database = sa.create_engine("sqlite://")
    connection = database.connect()
    request.addfinalizer(database.dispose)
    request.addfinalizer(connection.close)
    metadata.create_all(connection)
    for number, row in enumerate(ROWS):
        values = {name: getattr(row, name) for name in SCALARS}
        connection.execute(table.insert().values(number=number, **values))
        for payer in row.payers:
            connection.execute(elements.insert().values(number=number, fact="payers", value=payer))

    def contains(fact, element):
        mine = elements.c.number == table.c.number
        wanted = sa.and_(mine, elements.c.fact == fact, elements.c.value == element)
        return sa.exists().where(wanted).correlate(table)

    def pick(picked):
        query = sa.select(table.c.number).where(picked).order_by(table.c.number)
        return list(connection.execute(query).scalars())

    return table.c.__getitem__, lambda column, values: column.in_(values), contains, pick


@pytest.fixture(
    scope="module",
    params=[numpy_engine, pandas_engine, polars_engine, sqlalchemy_engine],
    ids=lambda engine: engine.__name__,
)
def engine(request):
    """One engine with the same rows in it."""
    return request.param(request)


def picked_by(engine, rule, *, with_isin=True):
    """The numbers of the rows that the engine picks."""
    column, isin, contains, pick = engine
    total = "appointment_days"
    chosen = mask(rule, column, total=total, isin=isin if with_isin else None, contains=contains)
    return pick(chosen)


def expected(rule):
    """The numbers of the rows on which the rule holds."""
    return [number for number, row in enumerate(ROWS) if holds(rule, row)]


def test_every_engine_gives_the_same_answer(engine):
    """Any rule picks the same rows in the engine, with the hook for large sets and without."""

    @given(rules(VOCABULARY))
    def law(rule):
        assert picked_by(engine, rule) == expected(rule)
        assert picked_by(engine, rule, with_isin=False) == expected(rule)

    law()


@pytest.mark.parametrize(
    "rule",
    [
        ALWAYS,
        NEVER,
        Not(ALWAYS),
        Not(NEVER),
        In("level", ()),
        Not(In("initial", ())),
        AllOf(AnyOf(), Equals("level", 1)),
        Equals("on_hold", False),
        Not(Equals("on_hold", True)),
        Equals("department", "o'neil"),
        Equals("department", "Müller"),
        Equals("initial", ""),
        Not(Contains("payers", "aetna")),
    ],
    ids=str,
)
def test_what_once_broke_does_not(engine, rule):
    """Constants, empty sets, negations, quotes, accents and blanks mean the same everywhere."""
    assert picked_by(engine, rule) == expected(rule)


def test_a_large_set_stays_shallow(engine):
    """Five thousand values work through the hook, and as comparisons where SQL need not be read."""
    values = {f"d{number}" for number in range(5_000)} | {"a"}
    rule = AllOf(In("department", values), Not(In("level", range(2, 5_000))))

    assert picked_by(engine, rule) == expected(rule)
    if engine[0] is not None and "sqlalchemy" not in type(engine[0]("level")).__module__:
        assert picked_by(engine, rule, with_isin=False) == expected(rule)


def test_a_broken_mask_is_caught(engine):
    """A mask that forgets its constants is told apart on every engine."""
    column, _, _, pick = engine
    never = simplify(AllOf(NEVER, Equals("level", 1)))
    forgetful = mask(ALWAYS if never == NEVER else never, column, total="appointment_days")

    assert pick(forgetful) != expected(NEVER)

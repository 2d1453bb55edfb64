"""The same rows whatever runs the check, and whatever engine runs the queries."""

from __future__ import annotations

import datetime
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sphinxext_opsdocs.fleet.dialects import DialectError, translated
from sphinxext_opsdocs.fleet.generation import current, table_paths
from sphinxext_opsdocs.fleet.plan import Task, make_tasks
from sphinxext_opsdocs.fleet.pool import check_in_pool, encoded_rows
from sphinxext_opsdocs.fleet.queries import QUERIES
from sphinxext_opsdocs.fleet.refresh import repository_bundles
from sphinxext_opsdocs.fleet.schema import TABLES, columns_of
from sphinxext_opsdocs.fleet.settings import STATE_FOLDER, read_fleet
from sphinxext_opsdocs.fleet.state import FleetState
from tests.conftest import TODAY, skip
from tests.fleet.conftest import copied_company
from tests.fleet.fleet import SAME_ISSUE, SPEC_TEXT, Fleet, another_page, late_answers
from tests.fleet.tasks import arguments_of

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """Spark on this machine."""
    if importlib.util.find_spec("pyspark") is None or shutil.which("java") is None:
        skip("Spark (pip install pyspark pyarrow, and a Java runtime)")
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        # without it, workers are whatever "python3" is on this machine
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.master("local[2]").appName("opsdocs")
        settings = {
            "spark.ui.enabled": "false",
            "spark.sql.shuffle.partitions": "2",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
        }
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@dataclass
class Rich:
    """A fleet in which every rule of the fleet fires, and its tasks."""

    fleet: Fleet
    tasks: list[Task]
    state: FleetState


@pytest.fixture(scope="module")
def rich(built_company: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rich]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", TODAY)
        yield _rich(copied_company(built_company, tmp_path_factory.mktemp("rich")))


def _rich(company: Fleet) -> Rich:
    for name in ("orders", "billing"):
        body = late_answers("DEV-0031", SAME_ISSUE)
        page = another_page(body, alerts="NodeDown", owner="team-gone")
        company.members[name].write({"ops/more.rst": page})
        company.members[name].build()
    stranger = company.member("stranger")
    stranger.write({"ops/copy.rst": another_page(f"\nDetails\n-------\n\n{SPEC_TEXT}\n")})
    stranger.build()
    company.refresh()
    company.members["platform"].project.append("specs/nodes.rst", "\nMore.\n")
    company.members["platform"].build()
    company.refresh("2026-11-24")
    settings = read_fleet(company.folder)
    state = FleetState(company.folder / STATE_FOLDER)
    members = repository_bundles(settings, state.load())
    return Rich(company, make_tasks(members, datetime.date(2026, 11, 24)), state)


def test_pool_and_plain_give_the_same_rows(rich: Rich) -> None:
    pooled = {each.task.name: each.rows for each in check_in_pool(rich.tasks, rich.state, 2, 60)}
    plain = {task.name: encoded_rows(*arguments_of(rich.state, task), task) for task in rich.tasks}
    assert pooled == plain
    assert sum(len(rows) for rows in plain.values()) >= 40


def test_map_in_arrow_gives_the_same_rows(rich: Rich, spark: Any) -> None:
    plain = {
        (task.name, table, line)
        for task in rich.tasks
        for table, lines in encoded_rows(*arguments_of(rich.state, task), task).items()
        for line in lines.decode().splitlines()
    }
    from tests.fleet.spark_recipe import checked_rows

    found = {
        (row.repository, row.table, row.row) for row in checked_rows(spark, rich.tasks, rich.state)
    }
    assert found == plain


@pytest.mark.parametrize("name", QUERIES)
def test_spark_answers_as_duckdb_does(name: str, rich: Rich, spark: Any) -> None:
    generation = current(rich.fleet.folder / STATE_FOLDER)
    assert generation
    for table in TABLES:
        paths = [str(path) for path in table_paths(generation, table)]
        if paths:
            frame = spark.read.parquet(*paths)
        else:
            kinds = {"VARCHAR": "string", "INTEGER": "int", "BOOLEAN": "boolean"}
            schema = ", ".join(f"{key} {kinds[kind]}" for key, kind in columns_of(table).items())
            frame = spark.createDataFrame([], schema)
        frame.createOrReplaceTempView(table)
    theirs = [tuple(row) for row in spark.sql(translated(name, "spark")).collect()]
    ours = rich.fleet.query(translated(name, "duckdb"))
    assert sorted(map(repr, theirs)) == sorted(map(repr, ours))
    assert ours or name in ("repository_silent", "repository_unreadable", "domain_owner_contradicted",
                            "index_unpublished")  # fmt: skip


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake", "trino", "postgres"])
def test_every_query_has_a_form_in_other_dialects(dialect: str) -> None:
    for name in QUERIES:
        assert "SELECT" in translated(name, dialect)


def test_an_unknown_dialect_is_named() -> None:
    with pytest.raises(DialectError, match='no dialect "sparc"; did you mean "spark"'):
        translated("register", "sparc")

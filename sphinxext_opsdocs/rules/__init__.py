"""The rules, in the order in which they run and are shown."""

from sphinxext_opsdocs.config.schema import Config, is_on
from sphinxext_opsdocs.rules.alert_ambiguous import alert_ambiguous
from sphinxext_opsdocs.rules.alert_without_runbook import alert_without_runbook
from sphinxext_opsdocs.rules.approval_by_author import approval_by_author
from sphinxext_opsdocs.rules.approval_missing import approval_missing
from sphinxext_opsdocs.rules.approver_unknown import approver_unknown
from sphinxext_opsdocs.rules.baseline_stale import baseline_stale
from sphinxext_opsdocs.rules.canonical_ambiguous import canonical_ambiguous
from sphinxext_opsdocs.rules.canonical_edited import canonical_edited
from sphinxext_opsdocs.rules.canonical_missing import canonical_missing
from sphinxext_opsdocs.rules.canonical_moved import canonical_moved
from sphinxext_opsdocs.rules.canonical_not_live import canonical_not_live
from sphinxext_opsdocs.rules.canonical_not_section import canonical_not_section
from sphinxext_opsdocs.rules.canonical_suspect import canonical_suspect
from sphinxext_opsdocs.rules.canonical_unpinned import canonical_unpinned
from sphinxext_opsdocs.rules.canonical_unresolved import canonical_unresolved
from sphinxext_opsdocs.rules.change_not_incremental import change_not_incremental
from sphinxext_opsdocs.rules.change_unexplained import change_unexplained
from sphinxext_opsdocs.rules.copied_canonical import copied_canonical
from sphinxext_opsdocs.rules.deprecated_without_successor import deprecated_without_successor
from sphinxext_opsdocs.rules.deviation_duplicate import deviation_duplicate
from sphinxext_opsdocs.rules.deviation_field_invalid import deviation_field_invalid
from sphinxext_opsdocs.rules.deviation_issue_closed import deviation_issue_closed
from sphinxext_opsdocs.rules.deviation_issue_unknown import deviation_issue_unknown
from sphinxext_opsdocs.rules.deviation_issue_wrong_tracker import deviation_issue_wrong_tracker
from sphinxext_opsdocs.rules.deviation_normalised import deviation_normalised
from sphinxext_opsdocs.rules.deviation_overdue import deviation_overdue
from sphinxext_opsdocs.rules.deviation_resolved_issue_open import deviation_resolved_issue_open
from sphinxext_opsdocs.rules.deviation_unconfirmed import deviation_unconfirmed
from sphinxext_opsdocs.rules.deviation_unresolved import deviation_unresolved
from sphinxext_opsdocs.rules.deviation_vanished import deviation_vanished
from sphinxext_opsdocs.rules.deviation_without_issue import deviation_without_issue
from sphinxext_opsdocs.rules.deviation_without_spec import deviation_without_spec
from sphinxext_opsdocs.rules.document_name import document_name
from sphinxext_opsdocs.rules.engine.base import Context, Rule
from sphinxext_opsdocs.rules.engine.examples import Example
from sphinxext_opsdocs.rules.governance_edited import governance_edited
from sphinxext_opsdocs.rules.graph_subject_unknown import graph_subject_unknown
from sphinxext_opsdocs.rules.header_field_missing import header_field_missing
from sphinxext_opsdocs.rules.header_missing import header_missing
from sphinxext_opsdocs.rules.header_value_invalid import header_value_invalid
from sphinxext_opsdocs.rules.ignore_expired import ignore_expired
from sphinxext_opsdocs.rules.ignore_unused import ignore_unused
from sphinxext_opsdocs.rules.index_stale import index_stale
from sphinxext_opsdocs.rules.input_unreadable import input_unreadable
from sphinxext_opsdocs.rules.intent_claim import intent_claim
from sphinxext_opsdocs.rules.issues_stale import issues_stale
from sphinxext_opsdocs.rules.last_verified_wrong import last_verified_wrong
from sphinxext_opsdocs.rules.link_to_archived import link_to_archived
from sphinxext_opsdocs.rules.markup_broken import markup_broken
from sphinxext_opsdocs.rules.markup_taken import markup_taken
from sphinxext_opsdocs.rules.markup_unknown import markup_unknown
from sphinxext_opsdocs.rules.normative_keyword import normative_keyword
from sphinxext_opsdocs.rules.normative_statement import normative_statement
from sphinxext_opsdocs.rules.owner_unknown import owner_unknown
from sphinxext_opsdocs.rules.page_unreadable import page_unreadable
from sphinxext_opsdocs.rules.pattern_unmatched import pattern_unmatched
from sphinxext_opsdocs.rules.playbook_without_alert import playbook_without_alert
from sphinxext_opsdocs.rules.procedure_twice import procedure_twice
from sphinxext_opsdocs.rules.quote_drifted import quote_drifted
from sphinxext_opsdocs.rules.removal_overdue import removal_overdue
from sphinxext_opsdocs.rules.restated_value import restated_value
from sphinxext_opsdocs.rules.restructure_unplanned import restructure_unplanned
from sphinxext_opsdocs.rules.review_not_refreshed import review_not_refreshed
from sphinxext_opsdocs.rules.review_overdue import review_overdue
from sphinxext_opsdocs.rules.reviews_in_bulk import reviews_in_bulk
from sphinxext_opsdocs.rules.runbook_url_dead import runbook_url_dead
from sphinxext_opsdocs.rules.section_empty import section_empty
from sphinxext_opsdocs.rules.section_missing import section_missing
from sphinxext_opsdocs.rules.service_unknown import service_unknown
from sphinxext_opsdocs.rules.service_without_page import service_without_page
from sphinxext_opsdocs.rules.statement_uncited import statement_uncited
from sphinxext_opsdocs.rules.successor_invalid import successor_invalid
from sphinxext_opsdocs.rules.term_redefined import term_redefined
from sphinxext_opsdocs.rules.transition_illegal import transition_illegal
from sphinxext_opsdocs.rules.verification_overdue import verification_overdue
from sphinxext_opsdocs.rules.verification_vanished import verification_vanished
from sphinxext_opsdocs.rules.verification_without_issue import verification_without_issue
from sphinxext_opsdocs.rules.version_not_bumped import version_not_bumped
from sphinxext_opsdocs.rules.workaround_misplaced import workaround_misplaced
from sphinxext_opsdocs.rules.workaround_outlived import workaround_outlived
from sphinxext_opsdocs.rules.workaround_outside_deviation import workaround_outside_deviation
from sphinxext_opsdocs.rules.workaround_unrecorded import workaround_unrecorded

__all__ = ["RULES", "RULES_BY_NAME", "RULE_GROUPS", "Context", "Example", "Rule", "reads_prose"]

RULE_GROUPS: tuple[tuple[str, tuple[Rule, ...]], ...] = (
    (
        "Headers and sections",
        (
            header_missing,
            header_field_missing,
            header_value_invalid,
            owner_unknown,
            document_name,
            section_missing,
            section_empty,
            review_overdue,
            verification_overdue,
            verification_without_issue,
            last_verified_wrong,
            approver_unknown,
        ),
    ),
    (
        "End of a page",
        (
            deprecated_without_successor,
            successor_invalid,
            link_to_archived,
            removal_overdue,
        ),
    ),
    (
        "Alerts and services",
        (
            alert_without_runbook,
            runbook_url_dead,
            playbook_without_alert,
            procedure_twice,
            service_unknown,
            service_without_page,
            alert_ambiguous,
        ),
    ),
    (
        "References to specifications",
        (
            canonical_unresolved,
            canonical_ambiguous,
            canonical_not_live,
            canonical_not_section,
            canonical_missing,
            canonical_moved,
            canonical_suspect,
            canonical_unpinned,
        ),
    ),
    (
        "Deviations, issues and workarounds",
        (
            deviation_without_spec,
            deviation_without_issue,
            deviation_field_invalid,
            deviation_duplicate,
            deviation_unresolved,
            deviation_issue_wrong_tracker,
            deviation_issue_unknown,
            deviation_issue_closed,
            deviation_resolved_issue_open,
            deviation_overdue,
            deviation_unconfirmed,
            workaround_misplaced,
            workaround_outlived,
        ),
    ),
    (
        "Prose",
        (
            normative_keyword,
            normative_statement,
            intent_claim,
            deviation_normalised,
            workaround_outside_deviation,
            workaround_unrecorded,
            term_redefined,
            copied_canonical,
            quote_drifted,
            restated_value,
            statement_uncited,
        ),
    ),
    (
        "Changes under review",
        (
            version_not_bumped,
            change_unexplained,
            review_not_refreshed,
            transition_illegal,
            canonical_edited,
            deviation_vanished,
            verification_vanished,
            approval_missing,
            approval_by_author,
            reviews_in_bulk,
            change_not_incremental,
            restructure_unplanned,
            governance_edited,
        ),
    ),
    (
        "What the checks rely on",
        (
            page_unreadable,
            graph_subject_unknown,
            markup_unknown,
            markup_broken,
            markup_taken,
            pattern_unmatched,
            input_unreadable,
            index_stale,
            issues_stale,
            ignore_expired,
            # last: they report what the rules before them did not need
            ignore_unused,
            baseline_stale,
        ),
    ),
)
"""The rules by subject, in the order in which they run and are shown."""

RULES: tuple[Rule, ...] = tuple(rule for _, rules in RULE_GROUPS for rule in rules)
RULES_BY_NAME = {rule.name: rule for rule in RULES}


def reads_prose(config: Config) -> bool:
    """Whether a rule on prose is on anywhere, so that pages have to be read for it."""
    return any(rule.judges_prose and is_on(config, rule.name) for rule in RULES)

"""Answers of vendors' APIs on one issue, with the fields that their descriptions require."""

from __future__ import annotations

from typing import Any

__all__ = ["gitea_issue", "github_issue", "github_node", "gitlab_issue", "jira_issue"]

DAY = "2026-10-30T08:00:00Z"


def github_issue(number: int, project: str = "acme/api", **changes: Any) -> dict[str, Any]:
    """As https://api.github.com/repos/{project}/issues/{number} has it."""
    api = f"https://api.github.com/repos/{project}"
    user = {
        "login": "jo", "id": 1, "node_id": "U_1", "avatar_url": "https://github.com/jo.png",
        "gravatar_id": "", "url": "https://api.github.com/users/jo",
        "html_url": "https://github.com/jo", "type": "User", "site_admin": False,
        **{
            f"{name}_url": f"https://api.github.com/users/jo/{name}"
            for name in ("followers", "following", "gists", "starred", "subscriptions",
                         "organizations", "repos", "events", "received_events")
        },
    }  # fmt: skip
    is_closed = changes.get("state") == "closed"
    labels = [
        {
            "id": index, "node_id": f"L_{index}", "name": name, "color": "d73a4a",
            "url": f"{api}/labels/{name}", "default": name == "bug", "description": None,
        }
        for index, name in enumerate(("p1", "bug"))
    ]  # fmt: skip
    issue = {
        "id": 1000 + number, "node_id": f"I_{number}", "number": number, "state": "open",
        "state_reason": "completed" if is_closed else None, "title": f"Issue {number}",
        "body": "Text.", "user": user, "labels": labels, "assignee": None, "milestone": None,
        "locked": False, "comments": 0, "closed_at": DAY if is_closed else None,
        "created_at": DAY, "updated_at": DAY, "url": f"{api}/issues/{number}",
        "repository_url": api, "labels_url": f"{api}/issues/{number}/labels{{/name}}",
        "comments_url": f"{api}/issues/{number}/comments",
        "events_url": f"{api}/issues/{number}/events",
        "html_url": f"https://github.com/{project}/issues/{number}",
        "author_association": "MEMBER",
    }  # fmt: skip
    return issue | changes


def github_node(number: int, project: str = "acme/api", **changes: Any) -> dict[str, Any]:
    """The same issue as GraphQL has it, all fields that are asked for."""
    node = {
        "number": number, "state": "OPEN", "stateReason": None, "title": f"Issue {number}",
        "url": f"https://github.com/{project}/issues/{number}", "updatedAt": DAY,
        "labels": {"nodes": [{"name": "p1"}, {"name": "bug"}]},
        "repository": {"nameWithOwner": project},
    }  # fmt: skip
    return node | changes


def gitlab_issue(
    number: int, state: str = "opened", moved_to_id: int | None = None, duplicate: bool = False
) -> dict[str, Any]:
    """As https://docs.gitlab.com/api/issues/ shows it."""
    links = {"self": f"https://gitlab.com/api/v4/projects/4/issues/{number}"}
    if duplicate:
        state = "closed"
        links["closed_as_duplicate_of"] = "https://gitlab.com/api/v4/projects/1/issues/75"
    return {
        "id": 5000 + number, "iid": number, "project_id": 4, "title": f"Issue {number}",
        "state": state, "labels": ["bug"], "description": "Text.", "created_at": DAY,
        "updated_at": DAY, "closed_at": DAY if state == "closed" else None,
        "moved_to_id": moved_to_id, "_links": links,
        "web_url": f"https://gitlab.com/acme/sub/api/-/issues/{number}",
    }  # fmt: skip


def jira_issue(key: str, category: str = "new", resolution: str | None = None) -> dict[str, Any]:
    """As https://developer.atlassian.com/cloud/jira/platform/rest/v2/ shows it."""
    names = {"new": "To Do", "indeterminate": "In Progress", "done": "Done"}
    return {
        "expand": "renderedFields,names", "id": "10002", "key": key,
        "self": f"https://acme.atlassian.net/rest/api/2/issue/{key}",
        "fields": {
            "summary": f"Issue {key}",
            "labels": ["bug"],
            "resolution": {"id": "1", "name": resolution} if resolution else None,
            "status": {
                "id": "3", "name": names[category],
                "statusCategory": {"id": 2, "key": category, "name": names[category]},
            },
        },
    }  # fmt: skip


def gitea_issue(number: int, project: str = "acme/api", state: str = "open") -> dict[str, Any]:
    """As the description of Gitea's API (Issue) has it."""
    owner, name = project.split("/")
    return {
        "id": 9000 + number, "number": number, "title": f"Issue {number}", "body": "Text.",
        "state": state, "labels": [{"id": 1, "name": "bug", "color": "ee0701"}],
        "html_url": f"https://gitea.example/{project}/issues/{number}",
        "url": f"https://gitea.example/api/v1/repos/{project}/issues/{number}",
        "repository": {"id": 2, "name": name, "owner": owner, "full_name": project},
        "created_at": DAY, "updated_at": DAY, "closed_at": DAY if state == "closed" else None,
        "pull_request": None,
    }  # fmt: skip

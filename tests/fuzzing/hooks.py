"""What no schema can say, told to schemathesis: what has to be new is new, and what is referred to exists.

Loaded by its command line (SCHEMATHESIS_HOOKS), never by us. Only what it takes for valid is touched: a key or an id
that was used before is refused by design, and so are an agent who is none and a cursor that was not given out.
"""

import os
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis import Case, GenerationMode, HookContext


@schemathesis.hook
def before_call(context: HookContext, case: "Case[Any]", kwargs: dict[str, Any]) -> None:
    """Just before a request is made."""
    if case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    if case.headers and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = str(uuid4())
    if case.query and case.query.get("cursor"):
        case.query["cursor"] = ""
    body = case.body if isinstance(case.body, dict) else {}
    if body.get("id"):
        body["id"] = str(uuid4())
    if body.get("assigned_to"):
        body["assigned_to"] = os.environ["FUZZING_AGENT"]

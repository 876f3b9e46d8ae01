"""The documents a process keeps."""

from graphql_api.documents import Documents
from graphql_api.schema import core_schema
from graphql_api.settings import GatewaySettings


def test_texts_push_out_no_document_that_is_asked_for_by_its_hash() -> None:
    documents = Documents(core_schema, GatewaySettings(document_cache_size=3))
    registered = documents.prepare("{ hosts { totalCount } }")
    documents.register(registered)

    sent = [documents.prepare(f"{{ hosts(first: {n}) {{ totalCount }} }}") for n in range(10)]

    assert documents.find(registered.digest) is registered
    assert [document for document in sent if documents.find(document.digest)] == sent[-3:]

"""Files of Google are told apart by what is in them; what is no client is refused by name."""

import json

import pytest

from vizavi.common.errors import RuleError
from vizavi.connections import client_file
from vizavi.connections.client_file import Kind

HERE = "http://127.0.0.1:8800/oauth/google/callback"
PUBLIC = "https://hr.vetervolna.example/oauth/google/callback"


def packed(kind: str, **more: object) -> bytes:
    client = {"client_id": "7.apps.googleusercontent.com", "client_secret": "s", "auth_uri": "https://a.example"} | more
    return json.dumps({kind: client}).encode()


@pytest.mark.parametrize(("kind", "meant"), [("web", Kind.WEB), ("installed", Kind.DESKTOP)])
def test_both_kinds_are_recognised(kind, meant):
    file = client_file.read(packed(kind, redirect_uris=[HERE]))
    assert (file.kind, file.client_id, file.client_secret) == (meant, "7.apps.googleusercontent.com", "s")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xff\xfe\x00", "format"),
        (b"", "format"),
        (b"[]", "format"),
        (b'{"web": 7}', "format"),
        (b'{"web": {"client_id": 7}}', "format"),
        (b'{"android": {}}', "kind"),
        (b'{"type": "service_account", "private_key": "k"}', "service_account"),
        (b'{"type": "authorized_user", "client_id": "c", "client_secret": "s"}', "authorized_user"),
        (b'{"web": {"client_id": "c"}}', "incomplete"),
        (b"{" + b" " * client_file.LARGEST, "large"),
    ],
)
def test_other_files_are_refused_by_name(data, code):
    with pytest.raises(RuleError) as refused:
        client_file.read(data)
    assert (refused.value.field, refused.value.code) == ("client_file", code)


@pytest.mark.parametrize(
    ("kind", "address", "lacks"), [("web", HERE, True), ("web", PUBLIC, False), ("installed", HERE, False)]
)
def test_a_web_client_names_the_addresses_it_may_be_led_to(kind, address, lacks):
    assert client_file.read(packed(kind, redirect_uris=[PUBLIC])).lacks(address) is lacks


def test_a_desktop_client_does_not_fit_a_public_address():
    file = client_file.read(packed("installed"))
    client_file.check_fits(file, HERE)
    with pytest.raises(RuleError) as refused:
        client_file.check_fits(file, PUBLIC)
    assert (refused.value.code, PUBLIC in str(refused.value)) == ("desktop", True)


@pytest.mark.parametrize(("address", "kind"), [(HERE, Kind.DESKTOP), (PUBLIC, Kind.WEB)])
def test_the_address_tells_which_kind_to_create(address, kind):
    assert client_file.fitting(address) is kind

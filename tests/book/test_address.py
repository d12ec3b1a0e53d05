"""The one setting that names a public host."""

import pytest

from dlbook.site.address import checked


@pytest.mark.parametrize(
    "name, given, kept",
    [
        ("dlbook_site", "", ""),
        ("dlbook_site", " https://example.org/book ", "https://example.org/book/"),
        ("dlbook_site", "http://127.0.0.1:8000/", "http://127.0.0.1:8000/"),
        ("dlbook_repository", "https://github.com/owner/name/", "https://github.com/owner/name"),
    ],
)
def test_an_address_is_kept_in_one_form(name, given, kept):
    assert checked(name, given) == kept


@pytest.mark.parametrize("given", ["github.com/owner/name", "ftp://example.org", "https://"])
def test_what_is_no_address_is_refused_by_name(given):
    with pytest.raises(ValueError, match="dlbook_repository must be empty or an address"):
        checked("dlbook_repository", given)

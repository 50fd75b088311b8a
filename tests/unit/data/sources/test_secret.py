import pytest

from ranvier.data.sources.secret import called, kept, without_password

URI = "postgresql://ann:open%20sesame@here:5432/shop"


@pytest.mark.parametrize(
    ("uri", "shown"),
    [
        (URI, "postgresql://ann:***@here:5432/shop"),
        ("postgresql://ann@here/shop", "postgresql://ann@here/shop"),
        (
            "postgresql://here/shop?password=x&user=a",
            "postgresql://here/shop?password=***&user=a",
        ),
        ("postgresql://ann:p/@w@here/shop", "postgresql://ann:***@here/shop"),
    ],
)
def test_a_password_is_not_shown(uri, shown):
    assert without_password(uri) == shown


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (f"{URI}?query=select '@'", "postgresql://ann:***@here:5432/shop"),
        (
            f"{URI}?sslmode=off&query=select 1",
            "postgresql://ann:***@here:5432/shop?sslmode=off",
        ),
        ("sqlite:///shop.db?query=select * from sales", "sqlite:///shop.db"),
        ("sales-?.csv", "sales-?.csv"),
        ("https://ann:word@here/sales.csv", "https://ann:***@here/sales.csv"),
    ],
)
def test_a_source_is_called_by_its_place(source, name):
    assert called(source) == name


@pytest.mark.parametrize(
    ("source", "written"),
    [
        (
            f"{URI}?query=select 'a:b@c'",
            "postgresql://ann@here:5432/shop?query=select 'a:b@c'",
        ),
        (
            "postgresql://here/shop?user=ann&password=x&query=select 1",
            "postgresql://here/shop?user=ann&query=select 1",
        ),
        (
            "postgresql://here/shop?password=x&query=select 1",
            "postgresql://here/shop?query=select 1",
        ),
        ("sqlite:///shop.db?query=select 1", "sqlite:///shop.db?query=select 1"),
        ("people.csv", "people.csv"),
    ],
)
def test_all_of_a_source_but_its_password_is_kept(source, written):
    assert kept(source) == written

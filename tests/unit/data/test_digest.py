from ranvier.data import Dataset
from ranvier.data.stored import StoredTable
from tests.support.people import shoppers


def test_a_table_s_fingerprint_is_the_same_for_ever():
    assert shoppers().fingerprint().startswith("4e873d58ea5284f2")


def test_a_table_in_files_has_the_fingerprint_of_one_in_memory(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    data = shoppers(kinds={"town": "text"})
    table = StoredTable(data.frame.iter_columns())
    stored = Dataset(table, data.targets, data.schema)
    assert stored.fingerprint() == data.fingerprint()

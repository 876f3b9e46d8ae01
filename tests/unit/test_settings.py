import pytest

from models.db.settings import DatabaseSettings
from runtime.errors import SettingsError


def test_a_missing_setting_is_named(monkeypatch):
    monkeypatch.delenv("VMINER_PRIMARY_URL", raising=False)

    with pytest.raises(SettingsError, match="VMINER_PRIMARY_URL: Field required"):
        DatabaseSettings.load()


def test_replicas_are_a_comma_separated_list(monkeypatch):
    monkeypatch.setenv("VMINER_PRIMARY_URL", "postgresql://u@p/db")
    monkeypatch.setenv("VMINER_REPLICA_URLS", "postgresql://u@r1/db, postgresql://u@r2/db")

    settings = DatabaseSettings.load()

    assert settings.replica_urls == (
        "postgresql+asyncpg://u@r1/db",
        "postgresql+asyncpg://u@r2/db",
    )


def test_a_url_of_another_database_is_refused(monkeypatch):
    monkeypatch.setenv("VMINER_PRIMARY_URL", "mysql://u@p/db")

    with pytest.raises(SettingsError, match="must start with postgresql"):
        DatabaseSettings.load()


def test_the_environment_wins_over_the_settings_file(monkeypatch, tmp_path):
    file = tmp_path / "vminer.toml"
    file.write_text('primary_url = "postgresql://file@p/db"\npool_size = 3\n')
    monkeypatch.setenv("VMINER_SETTINGS_FILE", str(file))
    monkeypatch.setenv("VMINER_PRIMARY_URL", "postgresql://env@p/db")

    settings = DatabaseSettings.load()

    assert settings.primary_url == "postgresql+asyncpg://env@p/db"
    assert settings.pool_size == 3

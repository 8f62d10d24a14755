"""What the bot knows and says: content (*.toml) and pure functions; no database, no network."""

"""The problem finder: what evaluators find by hand, found from columns. Parameters and sentences: problems.toml beside."""

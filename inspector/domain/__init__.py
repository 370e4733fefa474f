"""The field's knowledge, pure: values, folds (entries -> state) and decisions (state + command -> drafts or refusal)."""

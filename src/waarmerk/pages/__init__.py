"""Everything a person reads: values come in, text goes out. Words live in TOML, pages in templates, nowhere else."""

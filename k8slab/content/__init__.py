"""What authors write: YAML and Markdown files, read with errors that say where and how to mend."""

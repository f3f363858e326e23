"""What is published: files, figures, manifest."""

"""What one works with on a page: questions, reflections, tasks and try-outs."""

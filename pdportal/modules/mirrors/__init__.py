"""What a module gives its readers to take to class."""

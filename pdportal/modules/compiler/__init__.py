"""From a folder of Markdown to a module: safe HTML, data, and what is wrong with the sources."""

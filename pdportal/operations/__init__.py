"""What runs the portal: the command line, the server, jobs, and the doctor."""

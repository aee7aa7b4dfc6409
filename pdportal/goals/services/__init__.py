"""What people do with goals, steps, try-outs and evidence; the one who does it comes first."""

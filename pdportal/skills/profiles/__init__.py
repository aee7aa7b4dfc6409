"""The learner profile: what teachers say of themselves as learners, and with whom they share it."""

"""Files of works: photos of student work, lessons in Word, PDF, slides; in versions, and drawn."""

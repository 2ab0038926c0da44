"""What is typed about the timetable and attendance: one file for each noun."""

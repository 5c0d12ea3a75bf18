"""What is declared once: parameters, indicators, choices, constraints, calendar, schedules of money."""

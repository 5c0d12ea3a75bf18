"""The school year: intake, placement, mentors asked, staff, growth, money, evaluation."""

"""What is asked: factors, designs, study files, seeds."""

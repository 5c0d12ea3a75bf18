"""What is asked of the model: runs, their findings and reports. Importing this package stays quick."""

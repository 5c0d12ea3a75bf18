"""The model as a page: its compiled rules as WebAssembly, and what a browser must know to call them."""

"""The explorer: its Python declaration, and the JavaScript that draws it in a page and in JupyterLab."""

"""Where the nodes stand and how the arrows run, before anything is drawn."""

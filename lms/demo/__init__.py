"""An institute to explore: people who do not exist, around today's date, through the services everybody else uses."""

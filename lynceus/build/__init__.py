"""The catalogue built stage by stage, each model only when something it is made from has changed."""

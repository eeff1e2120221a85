"""The people's side, under /sim/: what a person does, and what there is to see."""

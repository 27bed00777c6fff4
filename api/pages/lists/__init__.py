"""The pages that list what there is: an item that can't be read keeps none of the others from its list."""

"""Methods that know no model: breaks, safe scale, PRIM, indices, Shapley values, intervals."""

"""Career tools over the catalogue: profile, role fit, skill gap, plan, interview practice, comparison."""

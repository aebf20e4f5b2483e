"""iKT3: an ability theta_t and difficulties beta_k inside a network, aligned with item response theory (note 003)."""

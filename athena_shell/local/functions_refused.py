"""Athena's functions that the local engine knows by name but does not have."""

from __future__ import annotations

from typing import Final

_NAMES: Final = """
    approx_set array_histogram bar beta_cdf bing_tile bing_tile_at bing_tile_coordinates
    bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level bing_tiles_around char2hexint
    checksum classifier classify color contains_cidr convex_hull_agg current_groups
    current_schema current_time day_to_seconds empty_approx_set
    evaluate_classifier_predictions exclude_columns features first format_number
    from_encoded_polyline from_geojson_geometry from_ieee754_32 from_ieee754_64
    from_iso8601_timestamp_nanos from_unixtime_nanos geometry_from_hadoop_shape
    geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles geometry_union
    geometry_union_agg hash_counts hilbert_code hmac_sha512 intersection_cardinality
    inverse_beta_cdf inverse_normal_cdf ip_prefix ip_subnet_max ip_subnet_min
    ip_subnet_range is_subnet_of jaccard_index json_table kdb_tree key_sampling_percent last
    learn_classifier learn_libsvm_classifier learn_libsvm_regressor learn_regressor
    line_interpolate_point line_interpolate_points line_locate_point make_set_digest
    map_zip_with_key match_number match_recognize merge merge_set_digest murmur3 next
    normal_cdf numeric_histogram prev qdigest_agg quantile_at_value quantiles_at_values
    regress render rgb scale_qdigest sha512 simplify_geometry spatial_partitioning
    spatial_partitions spooky_hash_v2_32 spooky_hash_v2_64 tdigest_agg to_encoded_polyline
    to_geojson_geometry to_geometry to_ieee754_32 to_ieee754_64 to_spherical_geography
    value_at_quantile values_at_quantiles version word_stem xxhash64
"""
REFUSED: Final = frozenset(_NAMES.split())
"""Refused by name, so that a known function is never reported as unknown."""

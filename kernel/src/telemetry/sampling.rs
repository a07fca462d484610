//! Deterministic sampling: the same seed, id and rate always give the same result.

/// Whether the thing with this id is recorded, at a rate from 0 (nothing) to 1 (everything).
///
/// The id is hashed by the finalizer of splitmix64, so neighbouring ids fall independently. Ids count from 0 in every
/// kernel; the seed keeps the first ones from falling alike in all of them.
pub(crate) fn sampled(seed: u32, id: u64, rate: f64) -> bool {
    let mut hash = id.wrapping_add((u64::from(seed) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^= hash >> 31;
    // The upper 32 bits are uniform, and a u32 is exact in an f64.
    let part = f64::from(u32::try_from(hash >> 32).unwrap_or(u32::MAX)) / 4_294_967_296.0;
    part < rate
}

/// Clamps a sample rate to 0…1. NaN is 1.
pub(crate) fn clamp_rate(rate: f64) -> f64 {
    if rate.is_nan() { 1.0 } else { rate.clamp(0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_of_the_scale_take_nothing_and_everything() {
        assert!((0..1_000).all(|id| sampled(7, id, 1.0)));
        assert!(!(0..1_000).any(|id| sampled(7, id, 0.0)));
    }

    #[test]
    fn a_rate_takes_about_its_part_and_always_the_same_ids() {
        let taken: Vec<u64> = (0..10_000).filter(|&id| sampled(7, id, 0.25)).collect();
        assert!((2_300..2_700).contains(&taken.len()), "{}", taken.len());
        assert!(taken.iter().all(|&id| sampled(7, id, 0.25) && sampled(7, id, 0.5)));
    }

    #[test]
    fn the_first_id_falls_differently_from_seed_to_seed() {
        let taken = (0..10_000).filter(|&seed| sampled(seed, 0, 0.25)).count();
        assert!((2_300..2_700).contains(&taken), "{taken}");
    }

    #[test]
    fn a_rate_is_clamped_and_nan_is_everything() {
        assert_eq!([-1.0, 0.5, 7.0, f64::NAN].map(clamp_rate), [0.0, 0.5, 1.0, 1.0]);
    }
}

import NIOCore

/// How often somebody may try to sign in, to register, or to set a password.
package struct AttemptLimits: Sendable {
  /// From one address: an IPv4 address, or the first 64 bits of an IPv6 address.
  ///
  /// What proves who somebody is does not count; a new guest and a registration do.
  package var perAddress = Rate(burst: 60, interval: .seconds(1))
  /// For one account's name, or for one player's password; successes do not count.
  package var perName = Rate(burst: 10, interval: .seconds(30))
  /// Whether addresses of the server's own machine count as others do.
  ///
  /// Not by default: a proxy there brings everybody from one address, and has limits of its own.
  package var countsThisMachine = false
  /// How many addresses are remembered, and how many names.
  package var rememberedMax = 65_536

  /// The defaults.
  package init() {}
}

/// Why somebody is not let in, or an account does not change: what a peer is told.
package enum AccountRefusal: String, Error, CaseIterable, Sendable {
  /// The token is none of this world, has expired, or was made void.
  case badToken = "bad_token"
  /// No account has this name and this password.
  case badCredentials = "bad_credentials"
  /// The code is none that an operator made for this account, has expired, or was used.
  case badResetCode = "bad_reset_code"
  /// The account's name is not one that an account may have.
  case invalidName = "invalid_name"
  /// Another account has the name.
  case nameTaken = "name_taken"
  /// The password is too short or too long.
  case weakPassword = "weak_password"
  /// The mail address is none.
  case invalidMail = "invalid_mail"
  /// The player is an account already.
  case alreadyRegistered = "already_registered"
  /// The player is a guest.
  case notRegistered = "not_registered"
  /// Everything that proved who the player is was made void meanwhile.
  case signedOut = "signed_out"
  /// What is served has no accounts: a recording.
  case noAccounts
  /// As many passwords as may wait are waiting to be looked at.
  case busy
  /// The store cannot be read or written at the moment.
  case unavailable
}

extension AccountRefusal {
  /// The sentence for people.
  package var message: String {
    switch self {
    case .badToken: "The token is not one that this world has given out, or it has expired."
    case .badCredentials: "No account has this name and this password."
    case .badResetCode: "The code is not one for this account, or it is not good any more."
    case .invalidName: "An account's name \(AccountName.rule)."
    case .nameTaken: "Another account has the name."
    case .weakPassword: "A password has \(Password.rule)."
    case .invalidMail: "The mail address is none."
    case .alreadyRegistered: "This player is an account already."
    case .notRegistered: "This player is a guest; register first."
    case .signedOut: "This player was signed out everywhere."
    case .noAccounts: "This is a recording: nobody has an account here."
    case .busy: "Too many passwords are waiting to be looked at."
    case .unavailable: "Accounts cannot be read or written at the moment."
    }
  }
}

import Testing

@testable import World

/// Expects a refusal with a code, a sentence and, if given, a field at fault.
func expectRejection(
  _ code: some RejectionCode, field: String? = nil,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was refused", sourceLocation: sourceLocation)
  } catch let rejection as Rejection {
    #expect(rejection.code == code.rawValue, sourceLocation: sourceLocation)
    #expect(rejection.message.hasSuffix("."), sourceLocation: sourceLocation)
    if let field { #expect(rejection.fields == [field], sourceLocation: sourceLocation) }
  } catch {
    Issue.record("refused with \(error)", sourceLocation: sourceLocation)
  }
}

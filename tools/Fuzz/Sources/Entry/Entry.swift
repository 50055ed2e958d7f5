import Fuzzing
import Glibc

// libFuzzer around one decoder, which the environment names: the words of the command line are libFuzzer's
// own (https://llvm.org/docs/LibFuzzer.html). Started by tools/fuzz.

private let decoder: Decoder = {
  let name = unsafe getenv("FUZZ_DECODER").map { unsafe String(cString: $0) } ?? ""
  guard let decoder = Decoder(rawValue: name) else {
    fatalError("FUZZ_DECODER is one of \(Decoder.allCases.map(\.rawValue).joined(separator: ", "))")
  }
  return decoder
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  decoder.decode(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

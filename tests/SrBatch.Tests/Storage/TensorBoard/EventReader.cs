using System.Text.Json.Nodes;

namespace SrBatch.Tests.Storage.TensorBoard;

/// <summary>
/// Reads event files in Python as TensorFlow documents them, with checksums from CRC-32C's polynomial. Like TensorBoard, it drops steps at
/// the START of a session (event_accumulator.py, _Purge) and stops at an incomplete last record.
/// </summary>
internal static class EventReader
{
    private const string Script = """
        import glob, json, struct, sys

        def crc32c(data):
            crc = 0xffffffff
            for byte in data:
                crc ^= byte
                for _ in range(8):
                    crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
            return crc ^ 0xffffffff
        assert crc32c(b"123456789") == 0xe3069283

        def masked(data):
            crc = crc32c(data)
            return ((crc >> 15 | crc << 17) + 0xa282ead8) & 0xffffffff

        def records(data):
            at = 0
            while at + 12 <= len(data):
                length, check = struct.unpack_from("<QI", data, at)
                assert masked(data[at:at + 8]) == check
                if at + 16 + length > len(data):
                    return
                record = data[at + 12:at + 12 + length]
                assert masked(record) == struct.unpack_from("<I", data, at + 12 + length)[0]
                yield record
                at += 16 + length

        def fields(data):
            at = 0
            def varint():
                nonlocal at
                value = shift = 0
                while True:
                    byte = data[at]
                    at += 1
                    value |= (byte & 127) << shift
                    shift += 7
                    if byte < 128:
                        return value
            while at < len(data):
                key = varint()
                kind = key & 7
                if kind == 0:
                    value = varint()
                elif kind == 1:
                    value = struct.unpack_from("<d", data, at)[0]
                    at += 8
                elif kind == 5:
                    value = struct.unpack_from("<f", data, at)[0]
                    at += 4
                else:
                    assert kind == 2
                    size = varint()
                    value = data[at:at + size]
                    at += size
                    assert len(value) == size
                yield key >> 3, value

        events = []
        for file in sorted(glob.glob(sys.argv[1] + "/events.out.tfevents.*")):
            for i, record in enumerate(records(open(file, "rb").read())):
                event = dict(fields(record))
                assert event[1] > 1.7e9
                if i == 0:
                    assert event[3] == b"brain.Event:2"
                if 7 in event:
                    assert i == 1 and dict(fields(event[7])) == {1: 1}
                    events = [e for e in events if e["step"] < event[2]]
                for number, value in fields(event.get(5, b"")):
                    assert number == 1
                    value = dict(fields(value))
                    found = {"step": event[2], "tag": value[1].decode()}
                    if 2 in value:
                        found["value"] = value[2]
                    else:
                        image = dict(fields(value[4]))
                        assert image[3] == 1
                        import io
                        from PIL import Image
                        pixels = Image.open(io.BytesIO(image[4]))
                        assert pixels.mode == "L" and pixels.size == (image[2], image[1])
                        found.update(width=image[2], height=image[1], png=image[4].hex())
                    events.append(found)
        print(json.dumps(events))
        """;

    /// <returns>What TensorBoard would show of a folder: step, tag, and value or width, height and png (hexadecimal).</returns>
    public static JsonArray Read(string folder) => JsonNode.Parse(ChildProcess.Python(Script, folder))!.AsArray();
}

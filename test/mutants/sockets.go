package main

// sockets are bugs of handlers/hub and of the word between processes.
func sockets() []mutant {
	return []mutant{
		{"older frame sent", "a page goes back to an older price",
			edits(edit("handlers/hub/topic.go", "} else if seq < e.seq {", "} else if seq < 0 {")),
			in("handlers/hub", "TestTopicAgainstModel")},
		{"frames queued", "a slow phone is sent every old price in a row",
			edits(edit("handlers/hub/topic.go", "\te := t.keys[key]\n\tif e == nil {", "\tvar e *entry\n\tif e == nil {")),
			in("handlers/hub", "TestSlowReaderGetsTheNewest")},
		{"stalled socket kept", "a phone that is gone keeps its place for ever",
			edits(edit("handlers/hub/socket.go", "case n+m == 0 || time.Now().After(end):", "case end.IsZero():")),
			in("handlers/hub", "TestStalledSocketIsLetGo")},
		{"watch after the snapshot", "what happens between the snapshot and the watch is never shown",
			edits(edit("handlers/hub/serve.go", "\tif !h.register(s, o.Topics) {", "\tearly, failed := o.Snapshot(ctx)\n\tif !h.register(s, o.Topics) {"),
				edit("handlers/hub/serve.go", "payload, err := o.Snapshot(ctx)", "payload, err := early, failed")),
			in("handlers/hub", "TestWhatHappensDuringTheSnapshotFollowsIt")},
		{"bad UTF-8 sent", "one bad byte has every browser drop its socket",
			edits(edit("handlers/hub/frame.go", "if !utf8.Valid(payload) {", "if len(payload) == 0 && !utf8.Valid(payload) {")),
			in("handlers/hub", "TestTextFrame")},
		{"note says more", "what goes between processes carries more than lot and seq",
			edits(edit("handlers/word/word.go", "return data[:]\n", "return append(data[:], data[:]...)\n"),
				edit("handlers/word/word.go", "if len(m.Data) != noteBytes ||", "if len(m.Data) < noteBytes ||")),
			in("handlers/word", "TestANoteIsLotAndSeqAndNothingElse")},
	}
}

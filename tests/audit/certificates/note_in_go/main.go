// Checks a checkpoint and one alert's place under its root with Go's own tools, which know nothing of harmwatch.
//
// check VERIFIER_KEY INDEX RECORD HASH... < NOTE, the hashes of the path in hex, the nearest first.
package main

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	verifier, err := note.NewVerifier(os.Args[1])
	refuse(err)
	content, err := io.ReadAll(os.Stdin)
	refuse(err)
	opened, err := note.Open(content, note.VerifierList(verifier))
	refuse(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	refuse(err)
	var root tlog.Hash
	read(root[:], base64.StdEncoding.DecodeString, lines[2])
	index, err := strconv.ParseInt(os.Args[2], 10, 64)
	refuse(err)
	path := make(tlog.RecordProof, len(os.Args)-4)
	for place, text := range os.Args[4:] {
		read(path[place][:], hex.DecodeString, text)
	}
	refuse(tlog.CheckRecord(path, size, root, index, tlog.RecordHash([]byte(os.Args[3]))))
	fmt.Println(lines[0], size)
}

func read(into []byte, decode func(string) ([]byte, error), text string) {
	raw, err := decode(text)
	refuse(err)
	copy(into, raw)
}

func refuse(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
